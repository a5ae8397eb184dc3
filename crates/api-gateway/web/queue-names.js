// What the queues are called, and what can be started in each.

/** By the name of the contract: a title, and the runs over the library that it has; `isSingle` ones run one job at a time. */
const QUEUES = {
  thumbnailGeneration: { title: 'Thumbnails', runs: ['missing', 'all'] },
  metadataExtraction: { title: 'Metadata', runs: ['missing', 'all'] },
  videoConversion: { title: 'Video conversion', runs: ['missing', 'all'] },
  sidecar: { title: 'Sidecar files', runs: ['missing', 'all'] },
  library: { title: 'External libraries', runs: ['start'] },
  storageTemplateMigration: { title: 'Storage template', runs: ['start'], isSingle: true },
  migration: { title: 'File migration', runs: ['start'] },
  backupDatabase: { title: 'Database backup', runs: ['start'], isSingle: true },
  backgroundTask: { title: 'Background tasks', runs: [], isUnstoppable: true },
  editor: { title: 'Edits', runs: [] },
  notifications: { title: 'Notifications', runs: [] },
  integrityCheck: { title: 'Integrity checks', runs: [] },
};

/** The words on the buttons of the runs. */
export const RUN_LABELS = { missing: 'Start missing', all: 'Start all', start: 'Start' };

/** What is known of a queue; those that nothing here works on are `isUnused`. */
export function describe(name) {
  return QUEUES[name] ?? { title: words(name), runs: [], isUnused: true };
}

/** `AssetGenerateThumbnails` is `Generate thumbnails`. */
export function words(name) {
  const spaced = name.replace(/^Asset/, '').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** Those that are worked on in the order above, then the others. */
export function inOrder(queues) {
  const order = Object.keys(QUEUES);
  const rank = ({ name }) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...queues].sort((one, other) => rank(one) - rank(other));
}
