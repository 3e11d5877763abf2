import type { PostgresServer } from './postgres';
import { quoteIdentifier, quoteLiteral } from '../../lambda/rotation/adapters/postgres/quoting';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

/** A superuser may keep a statement out of the log; then only what the rotation writes there is found in it. */
export const UNLOGGED = 'SET log_statement = \'none\'; SET log_min_duration_statement = -1; SET log_min_error_statement = \'panic\'';

/** A user with one table, and no right beyond it. */
export async function createUser(server: PostgresServer, username: string, password: string): Promise<void> {
  const user = quoteIdentifier(username);
  await server.query(
    UNLOGGED,
    // Until the connection ends: two that grant the table at once would be in each other's way.
    'SELECT pg_advisory_lock(1)',
    `CREATE ROLE ${user} LOGIN PASSWORD ${quoteLiteral(password)}`,
    'CREATE TABLE IF NOT EXISTS public.ledger (entry text)',
    `GRANT SELECT, INSERT ON public.ledger TO ${user}`,
  );
}

export async function useTable(server: PostgresServer, login: Login): Promise<void> {
  await server.queryAs(login, 'INSERT INTO public.ledger VALUES (\'entry\')', 'SELECT count(*) FROM public.ledger');
}
