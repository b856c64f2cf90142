import { provePart } from '../harness/prove-part.ts';

provePart('10-start');
