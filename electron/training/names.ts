/** What the engine may load of this part: words and recipes, no work. */
export { checkClassWeights } from './fit/loss-of.ts';
export { LEAST_PER_CLASS, ORIGIN } from './head/words.ts';
export { fillRecipe, type RecipeSubject, VALIDATION_SHARE } from './recipe.ts';
