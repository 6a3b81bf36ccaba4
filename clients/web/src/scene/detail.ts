/** How much is drawn: low for machines without a graphics card, medium within the budget, high everything. */
export type Detail = "low" | "medium" | "high";
