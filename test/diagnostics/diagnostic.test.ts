import { diagnostic, textOf, WasmError } from '../../lib/diagnostics/diagnostic';

const TOO_HOT = diagnostic('WASM9901', {
  title: 'too hot',
  found: (d: { degrees: number }) => `it is ${d.degrees} degrees`,
  fix: 'wait',
  because: 'it burns',
  example: { degrees: 90 },
});

test('a finding says what was found, then what to do', () => {
  expect(TOO_HOT.with({ degrees: 95 })).toEqual({
    code: 'WASM9901',
    severity: 'error',
    message: 'it is 95 degrees; wait',
  });
});

test('the remedy may depend on what was found', () => {
  const dependent = diagnostic('WASM9902', { ...TOO_HOT.words, fix: ({ degrees }) => `wait until ${degrees - 30}` });
  expect(dependent.with({ degrees: 95 }).message).toBe('it is 95 degrees; wait until 65');
});

test('its text begins with the code', () => {
  expect(textOf(TOO_HOT.with({ degrees: 95 }))).toBe('WASM9901: it is 95 degrees; wait');
});

test('an error is an Error with a code', () => {
  const error = TOO_HOT.error({ degrees: 95 });
  expect(error).toBeInstanceOf(WasmError);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message]).toEqual([
    'WasmError',
    'WASM9901',
    'WASM9901: it is 95 degrees; wait',
  ]);
});

test('an entry is an error unless it says otherwise', () => {
  const mild = diagnostic('WASM9903', { ...TOO_HOT.words, severity: 'warning' });
  expect([TOO_HOT.severity, mild.severity, mild.with({ degrees: 20 }).severity]).toEqual([
    'error',
    'warning',
    'warning',
  ]);
});
