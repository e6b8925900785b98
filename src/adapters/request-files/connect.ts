import { connectCluster } from '../kube/connect.js';
import { createRequestFiles } from './cluster-request-files.js';
import { clusterSource } from './cluster-source.js';
import type { RequestFiles } from './request-files.js';

/** For the CLI and the API, whose only own way into a cluster this is. */
export const connectRequestFiles = (env: NodeJS.ProcessEnv): RequestFiles => createRequestFiles(connectCluster(clusterSource(env)));
