import { App, type InjectionContext, IPropertyInjector, PropertyInjectors, Stage } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, RotatedDatabaseSecret } from 'cdk-managed-secrets';
import { resourceOf, rotated, world } from './rotated-databases';

/** What an organization wants of a class, unless it is said otherwise. */
class Defaults implements IPropertyInjector {
  public readonly contexts: InjectionContext[] = [];

  constructor(public readonly constructUniqueId: string, private readonly defaults: object) {}

  public inject(originalProps: object, context: InjectionContext): object {
    this.contexts.push(context);
    return { ...this.defaults, ...originalProps };
  }
}

const MEMORY = 'AWS::Lambda::Function';

test('a rotator has the defaults of the organization, also one that a secret makes', () => {
  const { stack } = world();
  PropertyInjectors.of(stack.node.root).add(new Defaults(DatabaseRotator.PROPERTY_INJECTION_ID, { memorySize: 512 }));
  rotated(stack);
  expect(resourceOf(stack, MEMORY).Properties.MemorySize).toBe(512);
});

test('what is said of a rotator goes before a default', () => {
  const { stack } = world();
  PropertyInjectors.of(stack.node.root).add(new Defaults(DatabaseRotator.PROPERTY_INJECTION_ID, { memorySize: 512 }));
  new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, memorySize: 1024 });
  expect(resourceOf(stack, MEMORY).Properties.MemorySize).toBe(1024);
});

test('the nearest scope that has defaults for the class decides', () => {
  const app = new App();
  const { stack } = world(new Stage(app, 'Stage') as never);
  PropertyInjectors.of(app).add(new Defaults(DatabaseRotator.PROPERTY_INJECTION_ID, { memorySize: 512 }));
  PropertyInjectors.of(stack).add(new Defaults('another', { memorySize: 256 }));
  PropertyInjectors.of(stack.node.scope!).add(new Defaults(DatabaseRotator.PROPERTY_INJECTION_ID, { memorySize: 384 }));
  new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
  expect(resourceOf(stack, MEMORY).Properties.MemorySize).toBe(384);
});

test('a rotated secret has the defaults of the organization, which are checked as what is given', () => {
  const { stack } = world();
  const defaults = new Defaults(RotatedDatabaseSecret.PROPERTY_INJECTION_ID, { description: 'Ask the platform team' });
  PropertyInjectors.of(stack).add(defaults);
  rotated(stack);
  expect(resourceOf(stack, 'AWS::SecretsManager::Secret').Properties.Description).toBe('Ask the platform team');
  expect(defaults.contexts).toEqual([{ scope: stack, id: 'Credentials' }]);

  PropertyInjectors.of(stack).add(new Defaults(DatabaseRotator.PROPERTY_INJECTION_ID, { memorySize: 1 }));
  expect(() => new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL })).toThrow(/`memorySize` must be a whole number from 128/);
});
