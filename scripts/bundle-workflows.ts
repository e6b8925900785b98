import { DefaultLogger } from '@temporalio/worker';
import { workflowBundle } from '../src/worker/workflow-bundle.js';

/** Makes the workflow bundle ahead, for an image: its worker then starts without webpack, on a file system that it cannot write to. */
const bundle = await workflowBundle(new DefaultLogger('WARN'));
process.stdout.write(`${'codePath' in bundle ? bundle.codePath : 'not kept'}\n`);
process.exitCode = 'codePath' in bundle ? 0 : 1;
