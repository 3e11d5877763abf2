import { NAMESPACE_TAGS } from '../../private/namespace-tags';
import { ROTATION_TAG_KEYS } from '../../rotation/contract/tags';

/** Keys of tags on which policies and rotations rest, whichever the namespace. */
export const PROTECTED_TAG_KEYS: readonly string[] = [...Object.values(NAMESPACE_TAGS), ...ROTATION_TAG_KEYS];
