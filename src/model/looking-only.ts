/** Types of the workflows that change nothing of a product: they look, or tell. They are no runs. */
export const lookingOnly = ['preview', 'findRuns', 'listRuns', 'notify', 'reap', 'verifyDrill'] as const;
