/** What the engine may load of this part: words, no work. */
export { LEAST_PER_CLASS, ORIGIN } from './head/words.ts';
export { fillRecipe, type RecipeSubject } from './recipe.ts';
