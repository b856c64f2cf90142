import { provePart } from '../harness/prove-part.ts';

provePart('20-by-hand');
