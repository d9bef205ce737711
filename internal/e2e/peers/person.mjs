// The person at a browser, Chromium: signs in, answers what is asked, and tells
// where the browser ended and what stood there, as one line of JSON.
//
//   node person.mjs CHROMIUM PROFILE ADDRESS grant|deny [reload]

import puppeteer from 'puppeteer-core';

const [executablePath, userDataDir, address, answer, after] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath, userDataDir, headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--no-proxy-server', '--disable-extensions'],
});
const seen = [];
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  let status = 0;
  page.on('response', (r) => { if (r.request().isNavigationRequest() && r.frame() === page.mainFrame()) status = r.status(); });
  const asked = new URL(address);
  const back = new URL(asked.searchParams.get('redirect_uri'));
  await page.goto(address, { waitUntil: 'load' });
  for (let step = 0; step < 8; step++) {
    const at = new URL(page.url());
    seen.push(at.origin + at.pathname);
    if (at.origin === back.origin && at.pathname === back.pathname) break;
    const button = await page.evaluateHandle((answer) => {
      const visible = (e) => e.offsetParent !== null;
      const type = (name, text) => { const field = document.querySelector(`input[name=${name}]`); if (field) field.value = text; };
      type('login', 'pat');
      type('password', 'secret');
      const text = (e) => (e.value || e.textContent || '').trim();
      const all = [...document.querySelectorAll('button, input[type=submit], a')].filter(visible);
      const deny = all.find((e) => /deny|cancel/i.test(text(e)));
      if (answer === 'deny' && deny) return deny;
      return all.find((e) => /sign.?in|authorize|continue|allow/i.test(text(e)));
    }, answer);
    const element = button.asElement();
    if (!element) break;
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), element.click()]);
  }
  const first = { url: page.url(), status, text: await page.evaluate(() => document.body.innerText) };
  if (after === 'reload') {
    await page.reload({ waitUntil: 'load' });
    first.again = { status, text: await page.evaluate(() => document.body.innerText) };
  }
  console.log(JSON.stringify({ ...first, browser: await browser.version(), seen }));
} finally {
  await browser.close();
}
