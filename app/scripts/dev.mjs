// `make dev`: the page is built anew by `trunk watch`, the server is built and started anew when a Rust file changes.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const folders = ['server', 'app', 'crates'];
const settle = 300; // milliseconds: an editor writes several files at once

const run = (command, args, env = {}) =>
  spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });

const trunk = run('trunk', ['watch', '--offline'], { CARGO_TARGET_DIR: join(target, 'web') });
let server;
let build;
let timer;

function restart() {
  build?.kill();
  build = run('cargo', ['build', '--package', 'berth']);
  build.once('exit', (code) => {
    if (code !== 0) return;
    const start = () => (server = run(join(target, 'debug/berth'), ['serve']));
    if (server && server.exitCode === null && server.signalCode === null) {
      server.once('exit', start);
      server.kill('SIGTERM');
    } else start();
  });
}

for (const folder of folders) {
  watch(join(root, folder), { recursive: true }, (_, file) => {
    if (!file?.endsWith('.rs')) return;
    clearTimeout(timer);
    timer = setTimeout(restart, settle);
  });
}
process.once('SIGINT', () => {
  trunk.kill();
  server?.kill('SIGTERM');
  process.exit(0);
});
restart();
