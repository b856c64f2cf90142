import { provePart } from '../harness/prove-part.ts';

provePart('40-kubernetes');
