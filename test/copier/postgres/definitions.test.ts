import { readDefinitions } from '../../../src/copier/postgres/definitions.js';

const dumped = (options: string) => `SET row_security = off;
--
-- TOC entry 219 (class 1259 OID 16386)
-- Name: line; Type: TABLE; Schema: public; Owner: shop
--

CREATE TABLE public.line (
    id bigint NOT NULL
);
ALTER TABLE ONLY public.line ALTER COLUMN id SET (${options});
`;

test.each([
  ['pg_attver=30889360', 'CREATE TABLE public.line (\n    id bigint NOT NULL\n);'],
  [
    'n_distinct=5, pg_attver=30889360',
    'CREATE TABLE public.line (\n    id bigint NOT NULL\n);\nALTER TABLE ONLY public.line ALTER COLUMN id SET (n_distinct=5);',
  ],
  ['n_distinct=5', 'CREATE TABLE public.line (\n    id bigint NOT NULL\n);\nALTER TABLE ONLY public.line ALTER COLUMN id SET (n_distinct=5);'],
])('of column options %s, what a server stamped itself stays behind', (options, sql) => {
  expect(readDefinitions(dumped(options)).definitions.map((each) => each.sql.trim())).toEqual([sql]);
});
