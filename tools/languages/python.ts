import * as path from 'path';
import { DIST, Language } from './language';
import { pacmak } from './pacmak';
import { run } from './run';

function venv(folder: string, program: string): string {
  return path.join(folder, '.venv/bin', program);
}

export const python: Language = {
  name: 'python',
  title: 'Python',
  programs: ['python3'],
  build: () => pacmak('python'),
  install: folder => {
    run(['python3', '-m', 'venv', '.venv'], { cwd: folder });
    const pip = [venv(folder, 'pip'), 'install', '--quiet', '--disable-pip-version-check'];
    run([...pip, '--find-links', path.join(DIST, 'python'), '-r', 'requirements.txt', '-r', 'requirements-dev.txt'], { cwd: folder });
  },
  check: folder => {
    run([venv(folder, 'mypy'), 'app.py'], { cwd: folder });
    run([venv(folder, 'ruff'), 'check', 'app.py'], { cwd: folder });
    run([venv(folder, 'ruff'), 'format', '--check', 'app.py'], { cwd: folder });
  },
  environment: folder => ({ PATH: `${path.join(folder, '.venv/bin')}:${process.env.PATH}` }),
  mistakes: folder => run([venv(folder, 'python'), 'mistakes.py'], { cwd: folder }),
};
