import { writeFileSync } from 'fs';
import * as path from 'path';
import { dashboardOfExample } from './example';

/** `tsx tools/dashboard/main.ts`: draws the dashboard of the example into docs/images/dashboard.svg. */
writeFileSync(path.resolve(__dirname, '../../docs/images/dashboard.svg'), dashboardOfExample());
