// Students from a sheet, and the parents whom siblings share: against a Jodo and what stands in for Google.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import type { Workflow } from '../../dev/demo/api.mts';
import { until } from '../../dev/demo/process.mts';
import { examples, importAll, mails, makeTables, putRow, runPinned } from './examples.mts';
import { sheets } from './sheets.mts';
import type { Item } from './trigger.mts';
import { api, cleanSlate, demo, sandbox } from './world.mts';

const FILES = ['11-onboard-students.json', '13-a-workflow-failed.json'];
const TABLE = 'Jodo registrations';
const TAB = 'Students';
const COLUMNS = [
	...['Admission No', 'Student', 'Grade', 'New Admission', 'Date of Birth', 'Parent', 'Phone'],
	...['Email', 'Fee: Tuition Fee'],
];
const USERS = '/api/v1/integrations/erp/users';

interface Student {
	jodo_student_id: string;
	registration_id: string;
	profile: Item;
	fees: Item[];
}

describe('11: students from a sheet', () => {
	let workflow: Workflow;
	before(async () => {
		await makeTables();
		const made = await importAll(examples.filter(({ file }) => FILES.includes(file)));
		workflow = made.get('Jodo: register students from a sheet') as Workflow;
	});
	beforeEach(async () => {
		await cleanSlate();
		families++;
	});

	let families = 0;
	/** A parent whom no other test has. */
	const parent = (number = 1, more: Item = {}): Item => ({
		Parent: `Parent ${number}`,
		Phone: `98${String(families).padStart(4, '0')}${String(number).padStart(4, '0')}`,
		Email: `parent${families}.${number}@example.com`,
		...more,
	});
	const rowOf = (row: Item, index: number): Item => ({
		'Admission No': `S${families}-${index + 1}`,
		Student: `Child ${index + 1}`,
		Grade: 'Class I',
		'New Admission': 'yes',
		'Date of Birth': '14/08/2020',
		'Fee: Tuition Fee': '₹60,000.00',
		...row,
	});
	let headings = COLUMNS;
	function fill(rows: Item[], how = {}): void {
		const cells = rows.map(rowOf).map((row) => headings.map((name) => (row[name] ?? '') as string));
		sheets.reset({ [TAB]: [headings, ...cells] }, { delayMs: 30, perMinute: 60, ...how });
	}
	/** What stands in the sheet, and more rows below it. */
	function add(...more: Item[]): void {
		headings = sheets.headings(TAB) as string[];
		fill([...(sheets.rows(TAB) as Item[]), ...more]);
		headings = COLUMNS;
	}
	/** The office corrects one row. */
	function correct(index: number, cells: Item): void {
		headings = [...new Set([...(sheets.headings(TAB) as string[]), ...Object.keys(cells)])];
		fill(sheets.rows(TAB).map((row, at) => (at === index ? { ...row, ...cells } : row)));
		headings = COLUMNS;
	}
	const inSheet = (column: string) => sheets.rows(TAB).map((row) => row[column] ?? '');
	const run = async () => {
		const ended = await runPinned(workflow, 'When you run it', {});
		assert.equal(ended.status, 'success', ended.error);
	};
	const registered = async () => {
		const all = await sandbox.admin<Student[]>('GET', '/students');
		return all.sort((a, b) =>
			String(a.profile['identifier']).localeCompare(String(b.profile['identifier'])),
		);
	};
	const parentsAsked = async () =>
		(await sandbox.admin<Array<{ method: string; path: string }>>('GET', '/requests')).filter(
			({ method, path }) => method === 'POST' && path.endsWith('/users/register'),
		).length;
	const kept = async (status: string) =>
		(await api.rows(TABLE)).filter(
			(row) =>
				row['status'] === status &&
				(String(row['who']).includes(`|S${families}-`) ||
					String(row['email']).toLowerCase().startsWith(`parent${families}.`)),
		);
	/** As if what is claimed had been claimed this long ago. */
	const age = async () => {
		const claimed_at = new Date(Date.now() - 16 * 60_000).toISOString();
		const rows = (await kept('claimed')).map(({ who }) => ({ who, claimed_at }));
		await putRow(TABLE, 'who', ...rows);
	};

	it('registers each parent once, however the number is written, and all the children under that id', async () => {
		const first = parent(1);
		const phone = String(first['Phone']);
		fill([
			first,
			{ ...first, Phone: `+91 ${phone.slice(0, 5)} ${phone.slice(5)}` },
			{ ...first, Phone: `0${phone}`, Email: String(first['Email']).toUpperCase() },
			parent(2),
			{ ...first, Phone: Number(phone), Email: ` ${String(first['Email'])}\u200b` },
			{ ...first, Email: `other${families}@example.com` },
		]);
		await run();
		assert.equal(await parentsAsked(), 3);
		const students = await registered();
		const ids = students.map(({ registration_id }) => registration_id);
		assert.equal(students.length, 6);
		assert.deepEqual(ids, [ids[0], ids[0], ids[0], ids[3], ids[0], ids[5]]);
		assert.equal(new Set(ids).size, 3);
		assert.deepEqual(inSheet('registration_id'), ids);
		assert.deepEqual(
			inSheet('jodo_student_id').map(String),
			students.map(({ jodo_student_id }) => jodo_student_id),
		);
		assert.deepEqual(new Set(inSheet('status')), new Set(['Registered']));
		assert.deepEqual(
			students.map(({ profile }) => profile['primary_contact_number']),
			[phone, phone, phone, parent(2)['Phone'], phone, phone],
		);
		assert.deepEqual(
			students[0]?.fees.map(({ component_type, fee_amount }) => [component_type, fee_amount]),
			[['TUITION_FEE', 60000]],
		);
		assert.deepEqual(await mails(), []);

		// Again, and with a sibling and a new family a week later.
		await run();
		assert.equal((await registered()).length, 6);
		add({ ...first, 'Admission No': `S${families}-7` }, parent(3));
		await run();
		assert.equal(await parentsAsked(), 4);
		const now = await registered();
		assert.equal(now.length, 8);
		assert.deepEqual([inSheet('registration_id')[6], now[6]?.registration_id], [ids[0], ids[0]]);
	});

	it("goes on with an id that stands in the sheet only, and with the office's correction", async () => {
		const known = await sandboxUser(parent(1));
		headings = [...COLUMNS, 'registration_id', 'jodo_student_id', 'status'];
		fill([
			{ ...parent(1), registration_id: known, jodo_student_id: '6356', status: 'Registered' },
			parent(1),
			{ ...parent(2), 'Date of Birth': 'in May' },
		]);
		headings = COLUMNS;
		const before = await parentsAsked();
		await run();
		assert.equal(await parentsAsked(), before + 1);
		assert.equal((await registered()).length, 1);
		assert.deepEqual(inSheet('registration_id'), [known, known, '']);
		assert.match(String(inSheet('status')[2]), /^'?Date of Birth.*in May|in May/i);
		assert.equal((await mails())[0]?.subject, '1 student not registered at Jodo');
		assert.match((await mails())[0]?.text ?? '', new RegExp(`Row 4, S${families}-3: `));

		correct(2, { 'Date of Birth': '02/05/2019' });
		await run();
		assert.equal(await parentsAsked(), before + 1);
		assert.deepEqual(new Set(inSheet('status')), new Set(['Registered']));
		assert.equal((await registered()).length, 2);
	});

	/** A parent who was registered by hand. */
	async function sandboxUser({ Parent, Phone, Email }: Item): Promise<string> {
		const answer = await fetch(`${demo.sandbox.url}${USERS}/register`, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				authorization: `Basic ${Buffer.from('sandbox_key:sandbox_secret').toString('base64')}`,
			},
			body: JSON.stringify({ name: Parent, phone: Phone, email: Email }),
		});
		const { data } = (await answer.json()) as { data: { registration_id: string } };
		return data.registration_id;
	}

	it('run three times at once, over 25 children of 13 parents, registers each once', async () => {
		fill(Array.from({ length: 25 }, (_, index) => parent(1 + Math.floor(index / 2))));
		await Promise.all([run(), run(), run()]);
		await run();
		assert.equal(await parentsAsked(), 13);
		const students = await registered();
		assert.equal(students.length, 25);
		assert.equal(new Set(students.map(({ registration_id }) => registration_id)).size, 13);
		assert.deepEqual(new Set(inSheet('status')), new Set(['Registered']));
		assert.deepEqual(
			inSheet('jodo_student_id').map(String).sort(),
			students.map(({ jodo_student_id }) => jodo_student_id).sort(),
		);
		assert.equal(sheets.calls().refused, 0);
	});

	it('a second run over a longer sheet leaves to the first what the first is doing', async () => {
		fill([parent(1), parent(2)]);
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: `${USERS}/register`,
			after: 1,
			count: 1,
			effect: { latencyMs: 8000 },
		});
		const first = run();
		await until('the second parent to be under way', async () => (await parentsAsked()) === 2);
		add({ ...parent(2), 'Admission No': `S${families}-9` }, parent(3));
		await run();
		await first;
		assert.equal(await parentsAsked(), 3);
		await run();
		assert.equal(await parentsAsked(), 3);
		assert.equal((await registered()).length, 4);
		assert.deepEqual(new Set(inSheet('status')), new Set(['Registered']));
		assert.equal(inSheet('registration_id')[1], inSheet('registration_id')[2]);
		assert.deepEqual(await mails(), []);
	});

	/** Begins a run, and kills n8n once this has happened. */
	async function killedWhen(what: string, happened: () => Promise<boolean>): Promise<void> {
		await api.runFrom(workflow.id, 'When you run it');
		await until(what, happened);
		await demo.n8n.kill();
		await sandbox.admin('DELETE', '/faults');
		await demo.startAgain();
	}

	it('rows that move while Jodo is asked get their own ids, and no other', async () => {
		fill([parent(1), parent(2), { ...parent(3), Grade: 'Class Nowhere' }]);
		await sandbox.admin('POST', '/faults', { path: USERS, effect: { latencyMs: 4000 } });
		const ended = run();
		await until('the claims', async () => (await kept('claimed')).length === 2);
		const rows = sheets.rows(TAB) as Item[];
		fill([{ 'Admission No': '', Student: 'Inserted' }, ...rows.toReversed()]);
		await ended;
		await sandbox.admin('DELETE', '/faults');
		const ids = new Map(
			(await registered()).map(({ profile, jodo_student_id }) => [
				profile['identifier'],
				jodo_student_id,
			]),
		);
		assert.equal(ids.size, 2);
		assert.deepEqual(
			sheets.rows(TAB).map((row) => [row['Student'], String(row['jodo_student_id'] ?? '')]),
			[
				['Inserted', ''],
				['Child 3', ''],
				['Child 2', ids.get(`S${families}-2`)],
				['Child 1', ids.get(`S${families}-1`)],
			],
		);
		const [mail] = await mails();
		assert.match(mail?.text ?? '', new RegExp(`Row 3, S${families}-3: Jodo does not know grade`));
	});

	it('fails where somebody renamed a heading, instead of doing nothing', async () => {
		headings = COLUMNS.map((name) => (name === 'Admission No' ? 'Adm. No' : name));
		fill([parent(1)]);
		headings = COLUMNS;
		const ended = await runPinned(workflow, 'When you run it', {});
		assert.equal(ended.status, 'error');
		assert.match(ended.error ?? '', /no column with the heading Admission No/);
	});

	it('n8n killed while a parent is registered: no second time, and the office hears of all the children', async () => {
		fill([parent(1), parent(1), parent(2)]);
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: `${USERS}/register`,
			effect: { stall: true },
		});
		await killedWhen('two claims', async () => (await kept('claimed')).length === 2);
		const asked = await parentsAsked();
		await run();
		assert.equal(await parentsAsked(), asked);
		assert.deepEqual([inSheet('status'), await mails()], [['', '', ''], []]);
		await age();
		await run();
		await run();
		assert.equal(await parentsAsked(), asked);
		assert.equal((await registered()).length, 0);
		for (const status of inSheet('status'))
			assert.match(String(status), /^Outcome unknown, the parent: n8n stopped while/);
		assert.equal((await mails())[0]?.subject, '3 students not registered at Jodo');

		// The dashboard knows the second parent; the row of the first is deleted.
		correct(2, { registration_id: await sandboxUser(parent(2)) });
		const who = (await kept('unknown')).find(({ email }) => email === parent(1)['Email'])?.['who'];
		await api.deleteRows(TABLE, 'who', who);
		await run();
		assert.deepEqual(new Set(inSheet('status')), new Set(['Registered']));
		assert.equal((await registered()).length, 3);
	});

	it('n8n killed while a student is registered: the parent stays, the student is not sent again', async () => {
		fill([parent(1), parent(1)]);
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: '/students$',
			after: 1,
			effect: { stall: true },
		});
		await killedWhen('one student', async () => (await registered()).length === 1);
		await age();
		await run();
		assert.equal(await parentsAsked(), 1);
		assert.equal((await registered()).length, 1);
		for (const status of inSheet('status'))
			assert.match(String(status), /^Outcome unknown: n8n stopped while/);
		add({ ...parent(1), 'Admission No': `S${families}-3` });
		await run();
		assert.equal(await parentsAsked(), 1);
		const ids = (await registered()).map(({ registration_id }) => registration_id);
		assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
	});

	it('n8n killed before the sheet was written: the next run writes what was registered', async () => {
		fill([parent(1), parent(1)], { delayMs: 4000 });
		await killedWhen('two students', async () => (await kept('registered')).length === 3);
		const asked = await parentsAsked();
		assert.deepEqual(inSheet('jodo_student_id'), ['', '']);
		fill([parent(1), parent(1)]);
		await run();
		const students = await registered();
		assert.equal(students.length, 2);
		assert.equal(await parentsAsked(), asked);
		assert.deepEqual(
			inSheet('jodo_student_id').map(String),
			students.map(({ jodo_student_id }) => jodo_student_id),
		);
		assert.deepEqual(inSheet('registration_id'), Array(2).fill(students[0]?.registration_id));
	});

	it('says of each row what is wrong, and registers the others', async () => {
		headings = [...COLUMNS, 'Fee: Swimming'];
		fill([
			parent(1, { Phone: '' }),
			parent(2, { Email: 'one@example.com, two@example.com' }),
			parent(3, { Phone: '#N/A' }),
			parent(4, { Email: '#REF!' }),
			parent(5, { Grade: 'Class 99' }),
			parent(6, { 'Fee: Swimming': 500 }),
			parent(7, { 'Admission No': '' }),
			parent(8, { 'Admission No': 'twice', Student: 'One' }),
			parent(9, { 'Admission No': 'twice', Student: 'Another' }),
			parent(10, { 'Date of Birth': '31/02/2020' }),
			parent(11, { Student: '=HYPERLINK("https://example.org")' }),
			parent(11, { Student: '#N/A' }),
			{ Student: '', 'Admission No': '', Grade: '', 'Date of Birth': '', 'Fee: Tuition Fee': '' },
		]);
		headings = COLUMNS;
		await run();
		const students = await registered();
		assert.deepEqual(
			students.map(({ profile }) => profile['fullname']),
			['=HYPERLINK("https://example.org")'],
		);
		assert.equal(await parentsAsked(), 2);
		const said = [
			/^Phone is empty$/,
			/^Email "one@example\.com, two@example\.com" is not one e-mail address$/,
			/^Phone "#N\/A" is not a phone number$/,
			/^Email "#REF!" is not one e-mail address$/,
			/^Jodo does not know grade "Class 99"$/,
			/^Jodo does not know fee head "Swimming"$/,
			/^Admission No is empty$/,
			/^The same Admission No stands in row 10 with another name$/,
			/^The same Admission No stands in row 9 with another name$/,
			/31\/02\/2020/,
			/^Registered$/,
			/#N\/A/,
			/^$/,
		];
		const statuses = [...inSheet('status'), '', ''].map(String);
		said.forEach((wanted, index) => assert.match(statuses[index] as string, wanted));
		assert.equal((await mails())[0]?.subject, '11 students not registered at Jodo');
	});

	it('registers a student who stands twice, and one whose number shows as 0117, once', async () => {
		const one = { ...parent(1), 'Admission No': { value: 117, shown: '0117' }, Student: 'Nila' };
		fill([one, { ...parent(1), 'Admission No': 117, Student: 'Dev' }, one]);
		await run();
		const students = await registered();
		assert.deepEqual(
			students.map(({ profile }) => [profile['identifier'], profile['fullname']]),
			[
				['0117', 'Nila'],
				['117', 'Dev'],
			],
		);
		assert.deepEqual(inSheet('status'), [
			'Registered',
			'Registered',
			'The same student stands in row 2',
		]);
		// What the office typed stays a number that shows as 0117.
		assert.deepEqual(inSheet('Admission No'), [117, 117, 117]);
		await run();
		assert.equal((await registered()).length, 2);
	});

	it('does not guess where one parent has two ids in the sheet', async () => {
		headings = [...COLUMNS, 'registration_id', 'jodo_student_id'];
		fill([
			{ ...parent(1), registration_id: 'user_1', jodo_student_id: '1' },
			{ ...parent(1), registration_id: 'user_2', jodo_student_id: '2' },
			parent(1),
		]);
		headings = COLUMNS;
		await run();
		assert.equal(await parentsAsked(), 0);
		assert.equal(inSheet('status')[2], 'This parent has different registration_id in rows 2 and 3');
	});

	it('does not send again what Jodo took without telling the id, or without an answer', async () => {
		fill([parent(1), parent(1)]);
		await sandbox.admin('PATCH', '/settings', { registerAnswer: 'none' });
		await run();
		for (const status of inSheet('status'))
			assert.match(String(status), /^Registered, but Jodo did not tell the id/);
		await run();
		assert.equal((await registered()).length, 2);
		assert.deepEqual(await mails(), []);

		await sandbox.admin('PATCH', '/settings', { registerAnswer: 'top' });
		await sandbox.admin('POST', '/faults', {
			method: 'POST',
			path: USERS,
			effect: { cut: 'after' },
		});
		add({ ...parent(2), 'Admission No': `S${families}-8` });
		await run();
		await sandbox.admin('DELETE', '/faults');
		await run();
		assert.equal(await parentsAsked(), 2);
		assert.match(String(inSheet('status')[2]), /^Outcome unknown, the parent: /);
	});
});
