import { changelogOf, entriesOf } from '../../tools/release/changelog';
import { missingIn } from '../../tools/release/metadata';
import { componentsIn } from '../../tools/release/sbom';

test('what is in the bundles is read from the list of licenses that ships', () => {
  const line = '-'.repeat(80);
  const text = `The files\n\n${line}\n@aws-sdk/core 3.1.0 (Apache-2.0), in mysql, postgres\n\nText (c), in 2020\n\n${line}\npg 8.1.0 (MIT), in postgres\n`;
  expect(componentsIn(text)).toEqual([{ name: '@aws-sdk/core', version: '3.1.0', license: 'Apache-2.0' }, { name: 'pg', version: '8.1.0', license: 'MIT' }]);
});

test('breaks stand first, and what users do not see is left out', () => {
  const titles = ['fix(rotation): a', 'feat!: b', 'docs: c', 'feat(secret): d', 'no conventional title'];
  expect(changelogOf(entriesOf(titles))).toBe('### Breaks\n\n- b\n\n### New\n\n- **secret**: d\n\n### Fixed\n\n- **rotation**: a\n');
});

describe('a missing field is found', () => {
  const POM = '<name>a</name><description>b</description><url>c</url><licenses></licenses><developers></developers><scm></scm>'
    + '<groupId>d</groupId><artifactId>e</artifactId><version>1</version>';

  test('in a pom', () => {
    expect(missingIn('pom', POM)).toEqual([]);
    expect(missingIn('pom', POM.replace('<scm></scm>', ''))).toEqual(['scm']);
  });

  test('in a pom, where a license and a dependency have one of that name', () => {
    const pom = POM.replace('<licenses>', '<licenses>\n<license><name>l</name><url>m</url></license>')
      + '<dependencies>\n<dependency><groupId>n</groupId><version>2</version></dependency>\n</dependencies>';
    expect(missingIn('pom', pom)).toEqual([]);
    for (const own of ['<name>a</name>', '<url>c</url>', '<groupId>d</groupId>', '<version>1</version>']) {
      expect(missingIn('pom', pom.replace(own, ''))).toEqual([/\w+/.exec(own)![0]]);
    }
  });

  test('in a nuspec', () => {
    expect(missingIn('nuspec', '<id>a</id><version>1</version><authors>b</authors><license type="expression">c</license><repository type="git" />'))
      .toEqual(['description']);
  });

  test('in a wheel', () => {
    expect(missingIn('wheel', 'Name: a\nVersion: 1\nSummary: b\nLicense: c\nRequires-Python: ~=3.9\nRequires-Dist: d\n')).toEqual(['Description-Content-Type']);
  });
});
