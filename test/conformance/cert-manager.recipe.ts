import { join } from 'node:path';
import { goRecipe } from './go-recipe';

/** cert-manager's own controllers for Certificates of a CA issuer, in one program. */
export const certManagerRecipe = goRecipe({
  name: 'cert-manager',
  source: join(__dirname, 'cert-manager'),
  module: 'github.com/cert-manager/cert-manager',
  programs: { 'cert-manager': '.' },
  minutes: 2,
});
