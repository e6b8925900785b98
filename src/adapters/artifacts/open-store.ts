import type { BackupPlace } from '../../model/backup.js';
import type { ArtifactStore } from './artifact-store.js';
import { s3Store } from './s3-store.js';
import { volumeStore } from './volume-store.js';

export type OpenStore = (place: BackupPlace) => ArtifactStore;

export const openStore: OpenStore = (place) => (place.kind === 's3' ? s3Store(place) : volumeStore(place.folder));
