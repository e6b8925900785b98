import { kubectl, type Place } from '../story/tools.js';
import { query } from './shop.js';

export const databasesAt18 = (place: Place) =>
  query(place, 'postgres-18', 'postgres', `SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate`);
export const replicas = async (place: Place) => (await kubectl(place, ['get', '-n', 'shop', 'deployment/web', '-o', 'jsonpath={.spec.replicas}'])).stdout;
