import { MESSAGES } from './schema.messages';

/** What is wrong with `value` as a message, each with its place. Nothing that is not in the table is let through. */
export function schemaErrors(value: unknown, message: string, place = message): string[] {
  const known = MESSAGES.get(message);
  if (known === undefined) return [`${place}: there is no message ${message}`];
  if (!isObject(value)) return [`${place}: not an object`];
  const { fields, oneOf = [] } = known;
  const names = Object.keys(value).filter((name) => name !== '@type');
  return [
    ...names.filter((name) => !Object.hasOwn(fields, name)).map((name) => `${place}: ${message} has no field ${name}`),
    ...Object.entries(fields).flatMap(([name, type]) => {
      if (Object.hasOwn(value, name)) return fieldErrors(value[name], type.replace('!', ''), `${place}.${name}`);
      return type.endsWith('!') ? [`${place}: ${message} needs ${name}`] : [];
    }),
    ...oneOf
      .filter((group) => group.filter((name) => Object.hasOwn(value, name)).length !== 1)
      .map((group) => `${place}: ${message} needs one of ${group.join(', ')}`),
  ];
}

function fieldErrors(value: unknown, type: string, place: string): string[] {
  if (type.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${place}: not a list`];
    return value.flatMap((one, index) => fieldErrors(one, type.slice(0, -2), `${place}[${index}]`));
  }
  if (type.endsWith('{}')) {
    if (!isObject(value)) return [`${place}: not a map`];
    return Object.entries(value).flatMap(([key, one]) => fieldErrors(one, type.slice(0, -2), `${place}.${key}`));
  }
  if (type === 'any') return anyErrors(value, place);
  const isRight = SCALARS.get(type);
  if (isRight !== undefined) return isRight(value) ? [] : [`${place}: ${JSON.stringify(value)} is no ${type}`];
  if (/^[A-Z0-9_v]+(\|[A-Z0-9_v]+)*$/.test(type)) {
    return type.split('|').includes(String(value)) ? [] : [`${place}: ${JSON.stringify(value)} is none of ${type}`];
  }
  return schemaErrors(value, type, place);
}

const PREFIX = 'type.googleapis.com/';

function anyErrors(value: unknown, place: string): string[] {
  const type = isObject(value) ? value['@type'] : undefined;
  if (typeof type !== 'string' || !type.startsWith(PREFIX)) return [`${place}: has no @type`];
  return schemaErrors(value, type.slice(PREFIX.length), place);
}

const isWhole = (value: unknown, max: number) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;

const SCALARS: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['string', (value: unknown) => typeof value === 'string' && value !== ''],
  ['bool', (value: unknown) => typeof value === 'boolean'],
  ['uint32', (value: unknown) => isWhole(value, 2 ** 32 - 1)],
  ['port', (value: unknown) => isWhole(value, 65535)],
  ['int64', (value: unknown) => typeof value === 'string' && /^\d+$/.test(value)],
  ['duration', (value: unknown) => typeof value === 'string' && /^\d+(\.\d{1,9})?s$/.test(value)],
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
