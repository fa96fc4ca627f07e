/** The reloader as another user than that of its service. As root only: its files are loaded before it becomes that user. */
import '../src/main.ts';

process.setuid?.(65_534);
