/** Without psql's own commands at both ends of pg_dump's text, which a server does not know. */
export const withoutPsqlOnly = (text: string): string => text.replaceAll(/^\\(?:un)?restrict [^\n]*\n/gm, '');
