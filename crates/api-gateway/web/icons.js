// The drawings on buttons: lines on a grid of 24.

import { svg } from './dom.js';

const PATHS = {
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  heart: 'M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12.5h8L17 7M10.5 11v5M13.5 11v5',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14',
  upload: 'M12 16V5M7.5 9L12 4.5 16.5 9M5 19.5h14',
  info: 'M12 11v6M12 7.5v.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M8.5 6v12M15.5 6v12',
  photos: 'M4 6h16v12H4zM4 15.5l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.5v.1',
  queues: 'M4 7h16M4 12h16M4 17h10',
  fleet: 'M4 5h16v5.5H4zM4 13.5h16V19H4zM7.5 7.7v.1M7.5 16.2v.1M11 7.8h5M11 16.3h5',
  moon: 'M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z',
  retry: 'M19 12a7 7 0 1 1-2.2-5.1M19.5 4v4h-4',
  open: 'M9 6l6 6-6 6',
  leave: 'M14 5H6v14h8M11 12h9M17 8.5l3.5 3.5-3.5 3.5',
  calendar: 'M5 6.5h14v13H5zM5 10.5h14M9 4.5v4M15 4.5v4',
  place: 'M12 20.5s-6-5.700-6-10.5a6 6 0 0 1 12 0c0 4.800-6 10.5-6 10.5zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  camera: 'M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  file: 'M7 4h7l4 4v12H7zM14 4v4h4',
};

/** The drawing of this name; what it means is told by the label of its button. */
export function icon(name) {
  const attributes = { viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true', focusable: 'false' };
  return svg('svg', attributes, svg('path', { d: PATHS[name] }));
}
