/** Exit codes of every command: fine, findings, usage or configuration, cloud or credentials. */
export const exitCodes = { fine: 0, findings: 1, usage: 2, cloud: 3 } as const;
