// Prints what was sold as one line of JSON. The items are the arguments, `apple=3 pear=1`;
// the title is the environment variable REPORT_TITLE.

const DEFAULT_TITLE = 'Sales report';

function main(): void {
  const items = new Map<string, i32>();
  let total = 0;
  for (let i = 1; i < process.argv.length; i++) { // argv[0] is the name of the program
    const argument = process.argv[i];
    const at = argument.lastIndexOf('=');
    const amount = I32.parseInt(argument.substring(at + 1));
    if (at < 1 || amount.toString() != argument.substring(at + 1)) {
      process.stderr.write('report: "' + argument + '" is not item=amount\n');
      process.exit(1);
    }
    const item = argument.substring(0, at);
    items.set(item, amount + (items.has(item) ? items.get(item) : 0));
    total += amount;
  }
  const title = process.env.has('REPORT_TITLE') ? process.env.get('REPORT_TITLE') : DEFAULT_TITLE;
  console.log('{"title":' + quoted(title) + ',"items":' + json(items) + ',"total":' + total.toString() + '}');
}

function json(items: Map<string, i32>): string {
  const names = items.keys();
  const members = new Array<string>();
  for (let i = 0; i < names.length; i++) members.push(quoted(names[i]) + ':' + items.get(names[i]).toString());
  return '{' + members.join(',') + '}';
}

// AssemblyScript has no JSON: https://www.rfc-editor.org/rfc/rfc8259#section-7 says what must be escaped.
function quoted(text: string): string {
  let result = '"';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20) result += '\\u' + code.toString(16).padStart(4, '0');
    else if (code == 0x22 || code == 0x5c) result += '\\' + text.charAt(i);
    else result += text.charAt(i);
  }
  return result + '"';
}

main();
