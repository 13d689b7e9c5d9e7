import { Reader } from '../../../lib/image/inspector/reader';

const reading = (...bytes: number[]) => new Reader(Uint8Array.from(bytes));

test('reads the largest 32-bit number, in five bytes', () => {
  expect(reading(0xff, 0xff, 0xff, 0xff, 0x0f).u32('a size')).toBe(0xffffffff);
});

test('reads a number with needless zero bytes, as compilers write it to patch it later', () => {
  expect(reading(0x83, 0x80, 0x80, 0x80, 0x00).u32('a size')).toBe(3);
});

test.each([
  ['a 33-bit number', [0xff, 0xff, 0xff, 0xff, 0x1f], 'byte 0: expected a size of at most 32 bits, found byte 0xff'],
  ['a sixth byte', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'byte 0: expected a size of at most 5 bytes, found byte 0x80'],
  ['an end inside the number', [0x80], 'byte 1: expected a size, found the end of the file'],
])('refuses %s', (_, bytes, message) => {
  expect(() => reading(...bytes).u32('a size')).toThrow(new Error(message));
});

test('passes over a 64-bit number of ten bytes and refuses an eleventh', () => {
  const ten = [...Array(9).fill(0x80), 0x01];
  const reader = reading(...ten);
  reader.skipNumber('a minimum');
  expect(reader.position).toBe(10);
  expect(() => reading(0x80, ...ten).skipNumber('a minimum')).toThrow('expected a minimum of at most 10 bytes');
});

test('keeps a byte order mark, which is part of a name', () => {
  expect(reading(4, 0xef, 0xbb, 0xbf, 0x61).name('a name')).toBe('\ufeffa');
});

test.each([
  ['an overlong slash', [2, 0xc0, 0xaf]],
  ['half of a surrogate pair', [3, 0xed, 0xa0, 0x80]],
  ['a lone continuation byte', [1, 0x80]],
])('refuses a name with %s', (_, bytes) => {
  expect(() => reading(...bytes).name('a name')).toThrow(
    new Error('byte 1: expected a name in UTF-8, found other bytes'),
  );
});

test('refuses a long name by its length, before it looks for the bytes', () => {
  expect(() => reading(0xff, 0xff, 0xff, 0xff, 0x0f).name('a name')).toThrow(
    new Error('byte 0: expected a name of at most 100000 bytes, found 4294967295 bytes'),
  );
});

test('does not read beyond the section, even where the file goes on', () => {
  const reader = reading(0x05, 0x61, 0x62, 0x63, 0x64, 0x65);
  reader.limit = 3;
  expect(() => reader.name('a name')).toThrow(
    new Error('byte 3: expected a name of 5 bytes, found the end of the section'),
  );
});
