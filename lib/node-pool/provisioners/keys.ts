/** Well-known labels that node APIs take as requirements. */
export const ARCH = 'kubernetes.io/arch';
export const OS = 'kubernetes.io/os';
