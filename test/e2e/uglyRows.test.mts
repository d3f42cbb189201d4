// The sheet of test/fixtures/ugly-rows.tsv, row by row through a real n8n: what Jodo gets, or why nothing was sent.
// The workflow's time zone is n8n's own default, New York: India's days and hours must come out all the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { ROOT } from '../../dev/demo/paths.mts';
import { blackBox, type Item, type Leaving } from './blackBox.mts';
import { cleanSlate, sandbox } from './world.mts';

const PREFIX = '/api/v1/integrations';
const NEW_YORK = { timezone: 'America/New_York' };

interface Row {
	field: string;
	cell: unknown;
	outcome: 'sends' | 'refuses' | 'leaves out' | 'takes';
	/** What is sent, or words of the complaint. */
	expected: string;
}

const SHEET: Row[] = readFileSync(join(ROOT, 'test/fixtures/ugly-rows.tsv'), 'utf8')
	.split('\n')
	.filter((line) => line && !line.startsWith('#'))
	.map((line) => {
		const [field = '', cell = '', outcome, expected = ''] = line.split('\t');
		return { field, cell: JSON.parse(cell), outcome: outcome as Row['outcome'], expected };
	});

async function jodo<T>(path: string, body: unknown): Promise<T> {
	const answer = await fetch(`${sandbox.url}${PREFIX}${path}`, {
		method: 'POST',
		headers: {
			'content-type': 'application/json',
			authorization: `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`,
		},
		body: JSON.stringify(body),
	});
	assert.ok(answer.ok, await answer.clone().text());
	return (await answer.json()) as T;
}

const from = (...names: string[]) =>
	Object.fromEntries(names.map((name) => [name, `={{ $json.${name} }}`]));

let rows = 0;

interface Form {
	parameters: Item;
	/** A row without fault; `mark` tells its request from all others. */
	good(mark: string): Promise<Item> | Item;
	/** Where the fields stand in the request: in its body, or as the last part of its path. */
	at: Record<string, string>;
}

const FORMS: Record<string, Form> = {
	link: {
		parameters: {
			resource: 'paymentLink',
			operation: 'create',
			...from('name', 'phone', 'email', 'identifier', 'expiresAt'),
			details: { lineItem: [{ componentType: 'Payable Amount', ...from('amount') }] },
			additionalFields: {
				customIdentifier: '={{ $json.mark }}',
				...from('grade', 'dateOfBirth', 'newAdmission', 'academicYearEnd'),
				academicYearStart: 2026,
				notes: { note: [{ key: 'remark', value: '={{ $json.note }}' }] },
			},
		},
		good: () => ({
			name: 'Asha Rao',
			phone: '9876543210',
			email: 'asha@example.com',
			amount: 1500,
		}),
		at: {
			name: 'name',
			phone: 'phone',
			email: 'email',
			amount: 'details.0.amount',
			identifier: 'identifier',
			expiresAt: 'expires_at',
			dateOfBirth: 'date_of_birth',
			newAdmission: 'new_admission',
			academicYearEnd: 'academic_year_end',
			grade: 'grade',
			note: 'notes.0.value',
		},
	},
	student: {
		parameters: {
			resource: 'student',
			operation: 'register',
			...from('registrationId', 'fullName', 'identifier'),
			grade: 'grade_5944',
			newAdmission: true,
			academicYearStart: 2026,
			academicYearEnd: 2027,
			dateOfBirth: '31/08/2015',
			primaryContactName: 'Asha Rao',
			primaryContactNumber: 9876543210,
			primaryContactEmail: 'asha@example.com',
			feeComponents: {
				feeComponent: [
					{ componentType: 'TUITION_FEE', feeAmount: '={{ $json.fee }}' },
					{
						componentType: 'TRANSPORT_FEE',
						feeAmount: 9000,
						discounts: { discount: [{ discountType: 'SIBLINGS', value: '={{ $json.discount }}' }] },
					},
				],
			},
			additionalFields: {
				customIdentifier: '={{ $json.mark }}',
				payments: {
					payment: [
						{
							...from('paidAt', 'transactionId'),
							mode: 'cash',
							amount: '={{ $json.paid }}',
							feeComponents: {
								feeComponent: [{ componentType: 'TUITION_FEE', amount: 1000 }],
							},
						},
					],
				},
			},
		},
		async good(mark) {
			const user = { name: 'Asha Rao', phone: '9876543210', email: 'asha@example.com' };
			const { data } = await jodo<{ data: Item }>('/erp/users/register', user);
			const fees = { fee: 45000, discount: 500, paid: 1000, paidAt: '31/03/2026' };
			const ids = {
				registrationId: data['registration_id'],
				identifier: mark,
				transactionId: mark,
			};
			return { ...ids, ...fees, fullName: 'Meera Rao' };
		},
		at: {
			fee: 'fee_components.0.fee_amount',
			discount: 'fee_components.1.discounts.0.value',
			paid: 'payments.0.amount',
			paidAt: 'payments.0.paid_at',
			transactionId: 'payments.0.transaction_id',
		},
	},
	plan: {
		parameters: {
			resource: 'flexPlan',
			operation: 'set',
			studentId: '={{ $json.mark }}',
			schedule: {
				instalment: [
					{
						...from('dueDate'),
						details: {
							lineItem: [{ componentType: 'TUITION_FEE', ...from('amount', 'isDownpayment') }],
						},
					},
				],
			},
		},
		good: () => ({ dueDate: '2027-07-15', amount: 100, isDownpayment: false }),
		at: {
			dueDate: 'payment_schedule.0.due_date',
			amount: 'payment_schedule.0.details.0.amount',
			isDownpayment: 'payment_schedule.0.details.0.is_downpayment',
		},
	},
	cancel: {
		parameters: {
			resource: 'payment',
			operation: 'cancel',
			studentId: '={{ $json.mark }}',
			...from('transactionId'),
		},
		good: () => ({}),
		at: { transactionId: 'path' },
	},
	list: {
		parameters: {
			resource: 'payment',
			operation: 'getAll',
			studentId: '={{ $json.mark }}',
			...from('limit'),
		},
		good: () => ({}),
		at: {},
	},
};

const at = (path: string, body: unknown) =>
	path.split('.').reduce<unknown>((value, key) => (value as Item | undefined)?.[key], body);

interface Sent {
	path: string;
	body: string | Item;
}

describe('200 ugly rows', () => {
	before(cleanSlate);

	it('are as many, and every form has some', () => {
		assert.ok(SHEET.length >= 200, String(SHEET.length));
		assert.deepEqual(
			[...new Set(SHEET.map(({ field }) => field.split('.')[0]))].sort(),
			Object.keys(FORMS).sort(),
		);
	});

	for (const [form, { parameters, good, at: places }] of Object.entries(FORMS)) {
		it(`${form}: what is sent, or why not`, { timeout: 300_000 }, async () => {
			const box = await blackBox(
				`Ugly rows: ${form}`,
				parameters,
				{ onError: 'continueErrorOutput' },
				undefined,
				NEW_YORK,
			);
			const mine = SHEET.filter(({ field }) => field.startsWith(`${form}.`));
			const items: Item[] = [];
			for (const { field, cell } of mine) {
				const mark = `row-${++rows}`;
				items.push({ ...(await good(mark)), [field.split('.')[1] as string]: cell, mark });
			}
			const leaving = await box.run(items);
			const requests = await sandbox.admin<Sent[]>('GET', '/requests');
			const faults = mine.flatMap((row, i) => {
				const mark = items[i]?.['mark'] as string;
				const fault = faultOf(row, places, mark, leaving, requests);
				return fault ? [`${row.field} ${JSON.stringify(row.cell)} ${fault}`] : [];
			});
			assert.deepEqual(faults, []);
		});
	}
});

/** How a row came out other than the sheet says. */
function faultOf(
	{ field, outcome, expected }: Row,
	places: Record<string, string>,
	mark: string,
	leaving: Leaving[],
	requests: Sent[],
): string | undefined {
	const left = leaving.find(({ of }) => of['mark'] === mark);
	const error = String(left?.json['error'] ?? '');
	if (/\[object|NaN|undefined/.test(error)) return `has no words: ${error}`;
	const sent = requests.filter(({ path, body }) => {
		// A body that was no object is logged as the text that it was.
		const written = (JSON.stringify(body) ?? '').replaceAll('\\"', '"');
		return path.split('/').includes(mark) || written.includes(`"${mark}"`);
	});
	if (outcome === 'refuses') {
		if (sent.length) return `was sent: ${JSON.stringify(sent[0]?.body)}`;
		return error.includes(expected) ? undefined : `was refused with other words: ${error}`;
	}
	if (outcome === 'takes' && sent.length) return undefined;
	const [request] = sent;
	if (!request) return `was not sent: ${error}`;
	const body =
		typeof request.body === 'string' && request.body
			? (JSON.parse(request.body) as Item)
			: request.body;
	if (/\[object|:NaN/.test(JSON.stringify(body))) return `sent ${JSON.stringify(body)}`;
	const place = places[field.split('.')[1] as string] as string;
	const value = place === 'path' ? request.path.split('/').at(-1) : at(place, body);
	const wanted: unknown = outcome === 'sends' ? JSON.parse(expected) : undefined;
	return value === wanted ? undefined : `was sent as ${JSON.stringify(value)}`;
}

describe('values of expressions', () => {
	before(cleanSlate);

	it('luxon and Date are the moments that they are, wherever n8n thinks it is', async () => {
		const box = await blackBox(
			'Dates of expressions',
			{
				resource: 'paymentLink',
				operation: 'create',
				...from('name', 'phone', 'email'),
				details: { lineItem: [{ componentType: 'Payable Amount', amount: 1 }] },
				expiresAt:
					"={{ ({ js: new Date('2099-03-31T12:30:00Z'), luxon: DateTime.fromFormat('31/03/2099 18:00', 'dd/MM/yyyy HH:mm') })[$json.name] }}",
				additionalFields: {
					dateOfBirth: '={{ $today }}',
				},
			},
			{ onError: 'continueErrorOutput' },
			undefined,
			NEW_YORK,
		);
		const payer = { phone: '9876543210', email: 'asha@example.com' };
		const leaving = await box.run([
			{ name: 'js', ...payer },
			{ name: 'luxon', ...payer },
		]);
		assert.deepEqual(
			leaving.map(({ json }) => json['error']),
			[undefined, undefined],
		);
		const requests = await sandbox.admin<Sent[]>('GET', '/requests');
		const bodies = requests
			.filter(({ path }) => path.endsWith('/payment_links'))
			.map(({ body }) => (typeof body === 'string' ? (JSON.parse(body) as Item) : body));
		const expiry = Object.fromEntries(bodies.map((body) => [body['name'], body['expires_at']]));
		assert.deepEqual(expiry, { js: '2099-03-31T12:30:00Z', luxon: '2099-03-31T22:00:00Z' });
		// Midnight in New York is the morning of the same day in India.
		const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format();
		assert.equal(bodies[0]?.['date_of_birth'], today);
	});

	it('a JSON body built as docs/untrusted-text.md says keeps a typed name a name; a text is refused', async () => {
		const page = readFileSync(join(ROOT, 'docs/untrusted-text.md'), 'utf8');
		const asObject = page
			.split('### Expression for a JSON body\n\n```text\n')[1]
			?.split('\n')[0] as string;
		const asText =
			'={"name": "{{ $json.name }}", "phone": "9876543210", "email": "asha@example.com", "details": [{"component_type": "TUITION_FEE", "amount": {{ $json.amount }}}]}';
		const name = 'Asha","details":[{"component_type":"TUITION_FEE","amount":1}],"x":"';
		const item = { name, phone: '9876543210', email: 'asha@example.com', amount: 5000 };
		const run = async (jsonBody: string) => {
			const parameters = {
				resource: 'paymentLink',
				operation: 'create',
				specifyBody: 'json',
				jsonBody,
			};
			const box = await blackBox('A typed name', parameters, { onError: 'continueErrorOutput' });
			const [left] = await box.run([item]);
			return left as Leaving;
		};
		const refused = await run(asText);
		assert.match(
			String(refused.json['error']),
			/'JSON Body' holds "details" twice in the same object/,
		);
		const made = await run(`=${asObject}`);
		assert.equal(made.by, 'output', JSON.stringify(made.json));
		const requests = await sandbox.admin<Sent[]>('GET', '/requests');
		const { body } = requests.at(-1) as Sent;
		const sent = typeof body === 'string' ? (JSON.parse(body) as Item) : body;
		assert.deepEqual(
			[sent['name'], sent['details']],
			[name, [{ component_type: 'TUITION_FEE', amount: 5000 }]],
		);
	});
});
