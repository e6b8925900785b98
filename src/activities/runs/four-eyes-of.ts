import { needsFourEyes } from '../../model/four-eyes.js';
import type { JournalRecord } from '../../model/journal.js';
import { namespacesOf } from '../../model/scope.js';
import type { Settings } from '../../model/settings.js';

/** Whether the run was begun under four eyes, or is under them by now. */
export const fourEyesOf = ({ fourEyes, spec }: JournalRecord, settings: Pick<Settings, 'fourEyes'>): JournalRecord['fourEyes'] =>
  fourEyes ?? (needsFourEyes(settings.fourEyes, namespacesOf(spec)) ? {} : undefined);
