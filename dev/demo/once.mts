// One fee from the form to the ledger row, through real HTTP, each step with what proves it.
import { browserPayer, PARENT, plainPayer } from './checkout.mts';
import type { Demo } from './demo.mts';
import { Problem } from './problem.mts';
import { until } from './process.mts';
import type { Mail } from './sandbox.mts';
import { LEDGER } from './setup.mts';

const UTR = 'DEMO2026112300001';

export async function onePayment(
	demo: Demo,
	browser: boolean,
	signal?: AbortSignal,
): Promise<void> {
	const { api, sandbox, n8n, workflows } = demo;
	const payer = browser ? await browserPayer() : plainPayer;
	let count = 0;
	async function step<T>(
		title: string,
		work: () => Promise<[proof: string, result: T]>,
	): Promise<T> {
		signal?.throwIfAborted();
		count += 1;
		try {
			const [proof, result] = await work();
			console.log(`${count}. ${title}\n     ${proof.replaceAll('\n', '\n     ')}`);
			return result;
		} catch (error) {
			throw new Problem(`Step ${count} failed: ${title}\n${(error as Error).message}`);
		}
	}
	try {
		console.log('');
		await step('The workflows are published, the events registered at Jodo', async () => {
			const registered = await sandbox.admin<Array<{ event_code: string }>>(
				'GET',
				'/subscriptions',
			);
			return [registered.map((each) => each.event_code).join(', '), undefined];
		});
		const checkout = await step('The form makes the Jodo node create a payment link', async () => {
			const url = await payer.fillIn(`${n8n.url}/form/collect-a-fee`);
			return [url, url];
		});
		await step(
			`${PARENT.Parent} pays on the checkout page${browser ? ', in Chromium' : ''}`,
			async () => {
				return [(await payer.pay(checkout)).slice(0, 200), undefined];
			},
		);
		await step('Jodo reports the debit, and the parent is thanked by e-mail', async () => {
			const mail = await until('the e-mail in the inbox', async () => {
				const mails = await sandbox.admin<Mail[]>('GET', '/inbox');
				return mails.find(({ to }) => to.includes(PARENT.Email));
			});
			return [`To: ${mail.to}\nSubject: ${mail.subject}`, mail];
		});
		await step('No ledger row yet: the money is not in the bank', async () => {
			const rows = await api.rows(LEDGER);
			if (rows.length) throw new Error(`There is one already: ${JSON.stringify(rows)}`);
			return ['0 rows', undefined];
		});
		const orderId = await step('Jodo settles the payment to the bank', async () => {
			const { orders } = await sandbox.admin<{ orders: Array<{ order_id: string }> }>(
				'GET',
				'/state',
			);
			const id = orders[0]?.order_id as string;
			await sandbox.admin('POST', `/orders/${id}/settle`, { utr: UTR });
			return [`${id}, UTR ${UTR}`, id];
		});
		await step('Jodo reports the settlement, and the ledger gets its row', async () => {
			const row = await until('the row in the data table', async () => {
				return (await api.rows(LEDGER)).find((each) => each.order_id === orderId);
			});
			const wrong = Object.entries({
				books: 'received',
				amount: Number(PARENT.Amount),
				settlement_utr: UTR,
				name: PARENT.Parent,
			}).filter(([key, value]) => row[key] !== value);
			if (wrong.length) throw new Error(`The row is wrong in ${wrong}: ${JSON.stringify(row)}`);
			return [JSON.stringify(row, null, 1).replaceAll('\n', ''), row];
		});
		await step('Every run in n8n succeeded', async () => {
			const runs = await until('the runs to end', async () => {
				const all = (await Promise.all(workflows.map(({ id }) => api.executions(id)))).flat();
				return all.every(({ status }) => !['new', 'running', 'waiting'].includes(status)) && all;
			});
			const bad = runs.filter(({ status }) => status !== 'success');
			if (bad.length) throw new Error(JSON.stringify(bad));
			return [`${runs.length} executions`, undefined];
		});
	} finally {
		await payer.close();
	}
}
