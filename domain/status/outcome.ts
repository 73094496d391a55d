/** What a look at the clouds comes to, best first: what could not be read or done wins over what was found. */
export type Outcome = "fine" | "findings" | "unreadable";
