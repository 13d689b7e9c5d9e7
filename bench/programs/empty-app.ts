import { App, Chart } from 'cdk8s';
import { report } from './measure';

/** The least a cdk8s program does. */
const app = new App();
new Chart(app, 'empty');
app.synth();
report(app);
