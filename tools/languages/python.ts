import * as path from 'path';
import { DIST, Language } from './language';
import { pacmak } from './pacmak';
import { run } from './run';

function venv(folder: string, program: string): string {
  return path.join(folder, '.venv/bin', program);
}

/** What the app imports is compiled when it does, and kept; pip would compile all of the CDK. */
function inVenv(folder: string): NodeJS.ProcessEnv {
  return { PATH: `${path.join(folder, '.venv/bin')}:${process.env.PATH}`, PYTHONDONTWRITEBYTECODE: undefined };
}

export const python: Language = {
  name: 'python',
  title: 'Python',
  programs: ['python3'],
  build: () => pacmak('python'),
  install: folder => {
    run(['python3', '-m', 'venv', '.venv'], { cwd: folder });
    const pip = [venv(folder, 'pip'), 'install', '--quiet', '--disable-pip-version-check', '--no-compile'];
    run([...pip, '--find-links', path.join(DIST, 'python'), '-r', 'requirements.txt', '-r', 'requirements-dev.txt'], { cwd: folder });
  },
  check: folder => {
    // It is asked once, and notes nothing for a next time.
    run([venv(folder, 'mypy'), '--cache-dir=/dev/null', 'app.py'], { cwd: folder });
    run([venv(folder, 'ruff'), 'check', 'app.py'], { cwd: folder });
    run([venv(folder, 'ruff'), 'format', '--check', 'app.py'], { cwd: folder });
  },
  environment: inVenv,
  mistakes: folder => run([venv(folder, 'python'), 'mistakes.py'], { cwd: folder, env: inVenv(folder) }),
};
