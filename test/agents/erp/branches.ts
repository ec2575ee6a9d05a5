/** The month that is looked at. */
export const PERIOD = '2026-06';
/** Two tenants of three branches each; one name is in both. */
const TENANTS = { acme: ['lagos', 'accra', 'nairobi'], nord: ['oslo', 'bergen', 'lagos'] };
export const BRANCHES = Object.entries(TENANTS).flatMap(([tenant, branches]) =>
  branches.map((branch) => ({ tenant, branch })),
);

export const day = (month: string, date: number): string =>
  `${month}-${String(date).padStart(2, '0')}`;
