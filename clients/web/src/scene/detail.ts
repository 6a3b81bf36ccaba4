/** How much is drawn. */

/** low for machines without a graphics card, medium within the budget, high everything. */
export type Detail = "low" | "medium" | "high";

/** What a person chose: a level, or to leave it to the machine. */
export type Graphics = "auto" | Detail;
