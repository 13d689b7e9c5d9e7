/** In CI every component has to be there: a test that is skipped proves nothing. */
export const isCi = () => process.env.CI === 'true' || process.env.CI === '1';
