/** Types of the workflows that go on with a run after its own has closed; their ids are `RUN/rollback`, `RUN/finalize`. */
export const afterwards = ['rollback', 'finalize'] as const;
export type Afterwards = (typeof afterwards)[number];

const suffix = new RegExp(`/(?:${afterwards.join('|')})$`);

export const isAfterwards = (workflowId: string): boolean => suffix.test(workflowId);

/** The workflow id of the run itself, whichever of its workflows is named. */
export const workflowOfRun = (workflowId: string): string => workflowId.replace(suffix, '');
