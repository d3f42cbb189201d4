/** Jodo's ways to pay. https://docs.jodo.in/student/api/list-products/ */
export const PRODUCTS = [
	{ name: 'Flex (Monthly Plan)', value: 'flex' },
	{ name: 'Loan (Cred)', value: 'cred' },
	{ name: 'Pay (One Go)', value: 'pay' },
];
