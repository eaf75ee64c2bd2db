export const settings = {
  title: 'Settings',
  theme: 'Theme',
  dark: 'Dark',
  light: 'Light',
  system: 'As the system',
  language: 'Language',
  density: 'Density',
  comfortable: 'Comfortable',
  compact: 'Compact',
  author: 'Your name',
  authorWhy: 'Written beside every label that you give.',
  autoAdvance: 'Go to the next image after a label',
} as const;
