import { described } from './described.js';

/** The engine's own short activities: they wait as long as the cluster is away, for nothing can go on without them. */
export const clerk = described(
  {
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  },
  {
    takeLocks: 'Take the locks: no other run touches these releases and objects',
    readEpoch: "Read the run's epoch",
    raiseEpoch: 'Raise the epoch: what an older attempt still writes is refused',
    putRecord: "Write the run's record into the cluster",
    checkSteps: 'Check the step as it was changed',
    markStep: 'Note in the journal that the step was passed over',
    readJournal: 'Read from the journal what is to be taken back',
    releaseLocks: 'Release the locks: everything is as it was',
    setLocks: 'Keep the locks: the run can still be taken back',
    forgetRun: 'Drop the journal and the locks: nothing can be taken back any more',
    verifySigned: 'Four eyes: look whether another person asks this, through the API',
    openRollback: "Read the run's record from the cluster",
    closeRollback: 'Note how the rollback ended, and release the locks of what is back',
  },
);
