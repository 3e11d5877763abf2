import { App } from 'aws-cdk-lib';
import { drawDashboard, Widget } from './draw';
import { build } from '../../examples/incident-response/app';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { resourcesOfType } from '../access';

/** The widgets of the dashboard in examples/incident-response, as they would be deployed. */
export function widgetsOfExample(): Widget[] {
  const app = new App({ context: { '@aws-cdk/core:validationReportPrettyPrint': false } });
  build(app);
  const [{ resource: { Properties } }] = resourcesOfType(resolveTemplates(app.synth()), 'AWS::CloudWatch::Dashboard');
  return JSON.parse(Properties!.DashboardBody).widgets;
}

export function dashboardOfExample(): string {
  return drawDashboard(widgetsOfExample());
}
