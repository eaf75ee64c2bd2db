/** The layouts of each class, by its number. */
import { account } from './accounts.ts';
import { driverLicence, identityCard } from './cards.ts';
import { certificate } from './certificates.ts';
import { dashboard } from './dashboard.ts';
import { type Layout } from './layout.ts';
import { medicalBill } from './medical-bill.ts';
import { passport } from './passport.ts';
import { paymentConfirmation } from './payment.ts';
import { pharmacyReceipt } from './pharmacy.ts';
import { numberPlate } from './plate.ts';
import { pregnancyForm } from './pregnancy.ts';
import { prescription } from './prescription.ts';
import { vehicleRegistration } from './registration.ts';
import { resume } from './resume.ts';

export { type Layout, type Sheet } from './layout.ts';

export const LAYOUTS: readonly Layout[] = [
  account,
  pregnancyForm,
  dashboard,
  certificate(3),
  certificate(4),
  driverLicence,
  medicalBill,
  certificate(7),
  identityCard,
  passport,
  paymentConfirmation,
  pharmacyReceipt,
  prescription,
  resume,
  certificate(14),
  vehicleRegistration,
  numberPlate,
];
