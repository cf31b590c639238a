/**
 * What another language's table must be: the keys of the English one, a sentence for each sentence, and for each function
 * one that takes the same arguments. A key too few, too many or of another kind is a type error.
 */
export type Translation<English> = English extends (...args: infer Args) => infer Said ? (...args: Args) => [Said] extends [string] ? string : Said
  : English extends string ? string
  : { readonly [Key in keyof English]: Translation<English[Key]> };
