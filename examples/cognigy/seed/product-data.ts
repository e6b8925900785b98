import { layout } from './layout.js';

/** Where the product's data is, by the names the manifests use. Tests hold both together. */
export const volumeClaims = ['flow-modules', 'functions'];

/** The guide's renames: database before and after. */
export const renamedDatabases: Readonly<Record<string, string>> = {
  'service-analytics-collector-provider': 'service-analytics-collector',
  'service-analytics-conversation-collector-provider': 'service-analytics-conversation',
};

/** Secrets of the Kustomize installation that hold the connection string of a database user. */
export const userSecrets = [
  ...['api', 'ai', 'functions', 'custom-modules', 'resources', 'security', 'profiles', 'task-manager'].map((name) => `cognigy-service-${name}`),
  ...layout.map(({ name }) => `cognigy-${name}`),
];

export const mongodbHosts = 'mongodb-headless.mongodb:27017';
