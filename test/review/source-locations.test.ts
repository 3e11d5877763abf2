import { sourceLocations } from '../../src/review/assembly/source-locations';

test.each<[string, string[], object | undefined]>([
  ['the first frame of the app', ['new Secret (/app/node_modules/aws-cdk-lib/x.js:1:2)', 'new Shop (/app/lib/shop.ts:12:5)', 'main (/app/bin/app.ts:3:1)'], { file: '/app/lib/shop.ts', line: 12 }],
  ['nothing of an app in another language, which the kernel of jsii runs', ['new Secret (/tmp/tmp1/lib/program.js:1:9)', 'Kernel.create (/tmp/tmp1/lib/program.js:2:1)'], undefined],
  ['nothing where no frame is the app\'s', ['node:internal/modules:1:2'], undefined],
])('the source of a construct is %s', (_, trace, expected) => {
  expect(sourceLocations([{ path: 'Shop/Secret/Resource', type: 'aws:cdk:logicalId', data: 'Secret', trace }]).get('Shop/Secret')).toEqual(expected);
});
