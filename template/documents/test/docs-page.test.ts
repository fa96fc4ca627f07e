import type { Locator, Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { openPlace, startKeel } from '@evenkeel/keel/testing';
import { browserProgram, launchBrowser } from '../src/browser.ts';

const MINUTE = 60_000;
const program = browserProgram(process.env['PATH'] ?? '');

beforeEach((context) => {
  if (program === undefined) context.skip('no Chromium is on the PATH (Debian: apt-get install chromium)');
});

const operation = (page: Page, method: string, path: string): Locator =>
  page.locator(`.opblock-${method}`, { has: page.locator(`[data-path="${path}"]`) });

/** Opens an operation, fills it in and sends it. Resolves with the status and the body that the page then shows. */
async function send(
  block: Locator,
  fill: (block: Locator) => Promise<void> = async () => {},
): Promise<[string, string]> {
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  await fill(block);
  await block.getByRole('button', { name: 'Execute' }).click();
  const response = block.locator('.live-responses-table .response');
  return [
    await response.locator('.response-col_status').innerText(),
    await response.locator('.highlight-code code').first().innerText(),
  ];
}

it(
  'leads from the front page to the API page, which signs in and sends real requests',
  { timeout: 3 * MINUTE },
  async () => {
    await using place = await openPlace();
    await using up = startKeel(['up', '--plain'], place.env);
    await up.untilPrinted(/All ready in/);
    const browser = await launchBrowser(program as string);
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(MINUTE);
      const complaints: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
      page.on('pageerror', (error) => void complaints.push(String(error)));

      await page.goto(`http://127.0.0.1:${String(place.portOf('api-gateway'))}/`);
      await page.getByRole('link', { name: 'Sign in and try it' }).click();

      const body = { email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' };
      const [registered] = await send(operation(page, 'post', '/auth/register'), (block) =>
        block.locator('textarea').fill(JSON.stringify(body)),
      );
      expect(registered).toBe('201');

      const answered = page.waitForResponse((response) => response.url().endsWith('/users/me'));
      const [status, text] = await send(operation(page, 'get', '/users/me'));
      expect(status).toBe('200');
      const me = JSON.parse(text) as { id: string; email: string };
      expect(me.email).toBe(body.email);
      // Only the gateway assigns request ids.
      expect((await answered).headers()).toHaveProperty('x-request-id');

      const [found] = await send(operation(page, 'get', '/users/{id}'), (block) =>
        block.locator('tr[data-param-name="id"] input').fill(me.id),
      );
      expect(found).toBe('200');
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
