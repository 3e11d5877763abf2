import { existsSync } from 'fs';
import { join } from 'path';

/**
 * What goes before a program in the `usr` of an unpacked Debian: its own dynamic loader, because its libraries are newer than those of the
 * machine. That needs neither root nor a change of the root directory.
 */
export function loader(prefix: string): string[] {
  const program = join(prefix, '../lib64/ld-linux-x86-64.so.2');
  if (prefix === '/usr' || !existsSync(program)) return [];
  return [program, '--library-path', join(prefix, 'lib/x86_64-linux-gnu')];
}
