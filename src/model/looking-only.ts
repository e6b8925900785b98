/** Types of the short workflows that look and change nothing: they are no runs. */
export const lookingOnly = ['preview', 'findRuns', 'listRuns', 'reap', 'verifyDrill'] as const;
